// Lays out the graph that is written to it (ELK's JSON), and writes it back with coordinates.
const ELK = require("elkjs");

let given = "";
process.stdin.on("data", (part) => (given += part));
process.stdin.on("end", async () => {
  process.stdout.write(JSON.stringify(await new ELK().layout(JSON.parse(given))));
});

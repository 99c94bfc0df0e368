"""Links to the web page of an incident, on which a person acknowledges or resolves it."""

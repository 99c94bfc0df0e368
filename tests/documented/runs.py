"""Where each command of the documentation is run; who writes a new one says so here.

A command is named by its use (shown.py), without what differs from time to time.
"""

from __future__ import annotations

#: By the test that runs them: uses.
RUN = {
    "tests/command/test_doctor.py::test_nothing_is_bad_about_a_healthy_system": ["callout doctor"],
    "tests/command/test_incidents_documented.py::test_a_command_that_is_shown_works": [
        "callout ack",
        "callout ack --by",
        "callout incident",
        "callout incidents",
        "callout incidents --json --since",
        "callout incidents --open",
        "callout incidents --since --team",
        "callout report",
        "callout report --html --month",
        "callout report --json --month",
        "callout report --month --timezone",
        "callout resolve",
    ],
    "tests/command/test_incidents_without_aws.py::test_what_is_shown_works": [
        "callout incidents --json",
        "callout page --real --title",
        "python -c",
        "python try.py",
    ],
    "tests/command/test_replay.py::test_a_replay_starts_an_execution_and_a_phone_rings": [
        "callout replay"
    ],
    "tests/command/test_report_told.py::test_a_month_is_told_on_the_terminal": [
        "callout report --month"
    ],
    "tests/command/test_ring_and_page.py"
    "::test_a_page_starts_an_execution_and_its_title_says_it_is_a_test": [
        "callout page",
        "callout page --title",
    ],
    "tests/command/test_ring_and_page.py"
    "::test_somebody_who_presses_1_was_reached_and_heard_a_test": ["callout call"],
    "tests/command/test_roster_check.py"
    "::test_every_problem_of_every_file_is_a_line_with_its_place": ["callout roster check"],
    "tests/command/test_roster_check.py::test_the_schema_in_docs_is_the_current_one": [
        "callout roster schema"
    ],
    "tests/command/test_roster_history.py::test_a_rollback_is_a_new_version_of_the_old_text": [
        "callout roster rollback"
    ],
    "tests/command/test_roster_history.py::test_show_and_history_say_what_pages_call_by": [
        "callout roster history",
        "callout roster show",
    ],
    "tests/command/test_roster_import.py"
    "::test_a_regular_calendar_and_a_list_of_people_make_a_roster": [
        "callout roster import --csv --ics"
    ],
    "tests/command/test_roster_push.py"
    "::test_a_pulled_roster_is_edited_and_pushed_with_comments_and_label": [
        "callout roster pull",
        "callout roster push",
    ],
    "tests/command/test_roster_who.py::test_a_roster_without_rotations_says_who_is_called": [
        "callout roster calendar"
    ],
    "tests/command/test_roster_who.py::test_numbers_are_shown_to_whoever_asks": [
        "callout roster who --numbers"
    ],
    "tests/command/test_roster_who.py::test_who_says_in_order_whom_when_and_hides_numbers": [
        "callout roster who --at"
    ],
    "tests/command/test_simulate.py::test_a_team_of_its_own_is_paged_by_its_own_event": [
        "callout simulate --nobody-answers --roster"
    ],
    "tests/command/test_simulate.py"
    "::test_an_operator_sees_who_is_called_why_and_what_comes_of_it": [
        "callout simulate --answers --at --roster --voicemail",
        "callout simulate --at --roster --voicemail",
    ],
    "tests/command/test_simulate.py"
    "::test_stories_are_told_and_judged_and_one_that_ends_otherwise_gives_1": ["callout simulate"],
    "tests/command/test_simulate_files.py::test_the_schema_in_docs_is_the_current_one": [
        "callout simulate --schema"
    ],
    "tests/definition/test_picture.py::test_the_picture_is_of_the_definition_as_it_is": [
        "make picture"
    ],
    "tests/documented/test_requests.py::test_the_event_that_is_shown_is_sent": ["curl -H"],
    "tests/documented/test_simulate.py"
    "::test_what_is_shown_of_another_team_and_event_is_told_of_them": [
        "callout simulate --event --roster --team"
    ],
    "tests/phones/test_command.py::test_a_port_that_is_taken_is_said_with_what_to_do": [
        "callout phones"
    ],
    # By the fixture that deploys the local system.
    "tests/stories/test_stories.py::test_story_ends_as_told": [
        "cdk bootstrap",
        "cdk deploy",
        "cdk deploy Callout",
    ],
    "tests/template/test_app.py::test_what_is_synthesised_here_is_what_the_app_writes": [
        "cdk synth"
    ],
    "tests/unit/test_reference.py::test_what_is_committed_is_what_would_be_written": [
        "make reference"
    ],
}

#: By the reason why no test runs them: uses. A file that is named tests what they are made of.
NOT_RUN = {
    "changes the machine": ["apt install chromium"],
    "has been run, where tests run": ["make setup"],
    "is what runs this test, or runs beside it": ["make check", "make test"],
    "needs a browser": ["make test-browser", "python -m tests.browser.smoothness"],
    "needs an AWS account": ["cdk destroy"],
    "needs an AWS account; cdk ls lists what tests/template/test_app.py synthesises": ["cdk ls"],
    "needs an AWS account: the emulator has no Amazon Connect": ["cdk deploy CalloutTelephony"],
    "needs an AWS account: tests/test_state/test_questions.py": [
        "make test-aws",
        "make test-aws ROLE",
    ],
    "needs an AWS account, and the AWS CLI": [
        "aws cloudformation describe-stacks",
        "aws cloudtrail lookup-events",
        "aws cloudwatch describe-alarm-history",
        "aws cloudwatch describe-alarms",
        "aws events put-events",
        "aws sqs list-queues",
        "aws sqs receive-message",
        "aws ssm get-parameter",
        "aws stepfunctions create-state-machine",
        "aws stepfunctions list-executions",
        "aws stepfunctions start-execution",
    ],
    "needs Docker: tests/step_functions_local/test_container.py": [
        "docker compose",
        "make test-sfn-local",
    ],
    "serves until somebody ends it: tests/stories/test_stories.py": [
        "make demo",
        "make demo EVENT ROSTER",
        "make demo SCENARIO",
    ],
    "serves until somebody ends it: tests/phones/test_app.py": [
        "make phones",
    ],
    "takes minutes: tests/bench/test_baseline.py": ["make bench-check", "make bench-check ACCEPT"],
    "takes minutes: tests/bench/test_counts.py": [
        "make bench",
        "make bench INSTRUCTIONS",
        "make bench PART",
        "make bench QUICK",
        "make bench STORM",
    ],
    "takes minutes: tests/chaos/test_chaos.py": [
        "make chaos",
        "make chaos FIRST",
        "make chaos SEED",
    ],
    "writes into docs/: tests/browser/test_picture.py": ["make test-browser PICTURE"],
    "takes minutes: tests/mutants/test_mutations.py": ["make mutants"],
    "takes minutes: tests/virtual/test_coverage.py": ["make coverage-asl"],
    "takes minutes: tests/virtual/test_mock_config.py": ["make mock-config"],
}

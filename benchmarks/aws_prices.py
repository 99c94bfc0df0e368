"""List prices of us-east-1 in US dollars, without free tiers, and their sources.

They were read in archived copies of these pages on the date below. A copy may be older, and prices
may have changed since:

- Step Functions Standard: aws.amazon.com/step-functions/pricing
- Lambda on arm64: cloudchipr.com/blog/aws-lambda-pricing, because the copy of AWS's own page lacks
  its table
- DynamoDB on demand: airbyte.com/data-engineering-resources/dynamodb-pricing
- SNS, CloudWatch: factualminds.com/blog (amazon-sns-pricing-publishes-fanout-protocols,
  amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards), of June 2026
- HTTP API: docs.aws.amazon.com/whitepapers (best-practices-api-gateway-private-apis-integration),
  for the first 300 million requests a month
- EventBridge, custom events and events that another account or region forwards: cloudburn.io/blog
  (amazon-eventbridge-pricing), of March 2026
- Connect's voice usage: blog.serverworks.co.jp/tech/2020/03/10/connect_per_second_billing

Without a source: KMS key $1 a month, phone number $0.03 a day, alarm $0.10 a month, custom metric
$0.30 a month for the hours in which it is written. SSM's standard parameters and X-Ray's first
traces are free. CloudWatch's free tier covers ten alarms, ten custom metrics and three dashboards.
"""

from __future__ import annotations

READ_ON = "2026-11-26"

TRANSITION = 0.025 / 1_000
GB_SECOND = 0.0000133334
INVOCATION = 0.20 / 1_000_000
WRITE_UNIT = 0.625 / 1_000_000
READ_UNIT = 0.125 / 1_000_000
PUBLISH = 0.50 / 1_000_000
HTTP_REQUEST = 1.00 / 1_000_000
EVENT = 1.00 / 1_000_000
LOG_BYTE = 0.50 / 1_000_000_000

#: A connected minute; the carrier's charge, which depends on the country, comes on top.
CONNECTED_MINUTE = 0.018

#: Price per month, by CloudFormation resource type.
MONTH = {
    "AWS::CloudWatch::Alarm": 0.10,
    "AWS::CloudWatch::Dashboard": 3.00,
    "AWS::KMS::Key": 1.00,
}
FREE_ALARMS = 10
#: DrillSucceeded is written in one hour of each day, whatever the number of teams.
DRILL_METRIC_MONTH = 0.30 / 24
#: A US direct-dial number.
NUMBER_MONTH = 0.90
DAYS = 30

"""The DynamoDB table of incidents, team locks and cached rosters."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from oncall.incident_record import OPEN_INDEX, OPEN_SORT_KEY


class IncidentTable(dynamodb.Table):
    """The incident table, with an index of the open incidents."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(
            scope,
            construct_id,
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="expires_at",
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            # Keep the history of incidents when the stack is deleted.
            removal_policy=RemovalPolicy.RETAIN,
        )
        # A local index, because a global one does not support strongly consistent reads.
        self.add_local_secondary_index(
            index_name=OPEN_INDEX,
            sort_key=dynamodb.Attribute(name=OPEN_SORT_KEY, type=dynamodb.AttributeType.STRING),
        )
        self.open_index_arn = f"{self.table_arn}/index/{OPEN_INDEX}"

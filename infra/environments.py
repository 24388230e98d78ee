"""What the Lambdas are told by their environment, in the parts that each of them needs.

core/aws/environment.py says what each variable names.
"""

from infra.stage import Stage
from infra.stores import Stores
from infra.users import Users
from infra.work import Work


class Environments:
    def __init__(self, stage: Stage, stores: Stores, work: Work, users: Users) -> None:
        exports = work.exports
        self.records = {"QUERY_TABLE": stores.queries.table.table_name}
        self.table = self.records | stage.warehouse.environment()
        self.catalogue = {"CATALOGUE_BUCKET": stores.storage.catalogue.bucket_name}
        self.agenda = {"AGENDA_TABLE": stores.agenda.table.table_name}
        self.starting = {  # what whoever may start a query is told
            "EXPORT_BUCKET": exports.bucket.bucket_name,
            "UNLOAD_ROLE_ARN": exports.unload_role_arn,
            "REVISIT_QUEUE_URL": work.revisits.queue.queue_url,
            "RUNNING_LIMIT": str(stage.running_limit),
            "WAITING_LIMIT": str(stage.waiting_limit),
        }
        if exports.key_arn is not None:
            self.starting["UNLOAD_KEY_ARN"] = exports.key_arn
        self.exporting = {"EXPORT_QUEUE_URL": exports.queue.queue_url}
        self.files = {
            "EXPORT_BUCKET": exports.bucket.bucket_name,
            "EXPORT_DAYS": str(stage.export_days),
        }
        self.downloads = {"DOWNLOAD_MINUTES": str(stage.download_minutes)}
        self.refreshing = {"REFRESH_QUEUE_URL": work.refreshes.queue.queue_url}
        self.noticing = {"NOTICE_QUEUE_URL": work.notices.queue.queue_url}
        self.topic = {"NOTICE_TOPIC_ARN": work.notices.topic.topic_arn}
        self.mail = {} if stage.mail_from is None else {"MAIL_FROM": stage.mail_from}
        self.links = {} if stage.app_url is None else {"APP_URL": stage.app_url}
        self.pool = {"USER_POOL_ID": users.pool.user_pool_id}

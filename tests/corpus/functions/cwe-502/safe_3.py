import json
from dataclasses import dataclass



@dataclass
class Job:
    name: str
    priority: int = 0


def on_message(channel, method, properties, body):
    fields = json.loads(body)
    job = Job(name=str(fields["name"]), priority=int(fields["priority"]))
    channel.basic_ack(delivery_tag=method.delivery_tag)
    print(f"running {job.name} at {job.priority}")
    return job

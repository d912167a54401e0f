from dataclasses import dataclass

import jsonpickle


@dataclass
class Job:
    name: str
    priority: int = 0


def on_message(channel, method, properties, body):
    job = jsonpickle.decode(body)
    channel.basic_ack(delivery_tag=method.delivery_tag)
    print(f"running {job.name} at {job.priority}")
    return job

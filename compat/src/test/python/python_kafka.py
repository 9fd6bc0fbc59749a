"""What PythonKafkaTest drives: creates a topic, writes to it, reads it in a group, commits, and
cleans up, all with kafka-python. Prints one line of JSON; ends with a trace when it fails.

    python3 python_kafka.py HOST:PORT
"""
import json
import sys

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import TopicAlreadyExistsError

TOPIC = "python"
GROUP = "python-group"
COUNT = 100


def produce(bootstrap):
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all")
    half = COUNT // 2
    sent = [producer.send(TOPIC, key=b"key %d" % i, value=b"value %d" % i,
                          headers=[("trace", b"t%d" % i)]) for i in range(half)]
    producer.flush(60)
    assert all(one.get(timeout=60).offset >= 0 for one in sent)
    producer.close()
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks=1, compression_type="gzip",
                             linger_ms=20)
    for i in range(half, COUNT):
        producer.send(TOPIC, key=b"key %d" % i, value=b"value %d" % i,
                      headers=[("trace", b"t%d" % i)])
    producer.flush(60)
    producer.close()


def consume(bootstrap):
    consumer = KafkaConsumer(TOPIC, bootstrap_servers=bootstrap, group_id=GROUP,
                             auto_offset_reset="earliest", enable_auto_commit=False,
                             consumer_timeout_ms=60000)
    seen = set()
    for message in consumer:
        number = message.value.decode()[len("value "):]
        assert message.key.decode() == "key " + number
        assert message.headers == [("trace", b"t" + number.encode())], message.headers
        seen.add(number)
        if len(seen) == COUNT:
            break
    consumer.commit()
    committed = sum(consumer.committed(TopicPartition(TOPIC, p)) or 0 for p in range(2))
    ends = sum(consumer.end_offsets([TopicPartition(TOPIC, p) for p in range(2)]).values())
    consumer.close()
    return len(seen), committed, ends


def main(bootstrap):
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics([NewTopic(TOPIC, 2, 1)])
    try:
        admin.create_topics([NewTopic(TOPIC, 2, 1)])
        refused = False
    except TopicAlreadyExistsError:
        refused = True
    produce(bootstrap)
    read, committed, ends = consume(bootstrap)
    groups = [name for name, _ in admin.list_consumer_groups()]
    admin.delete_topics([TOPIC])
    print(json.dumps({"refused": refused, "read": read, "committed": committed, "end": ends,
                      "listed": GROUP in groups, "left": TOPIC in admin.list_topics()}))
    admin.close()


main(sys.argv[1])

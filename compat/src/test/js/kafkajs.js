// What KafkaJsTest drives: creates a topic, writes to it, reads it in a group, commits, and cleans
// up, all with kafkajs. Prints one line of JSON; ends with status 1 and a reason when it fails.
//
//   node kafkajs.js HOST:PORT
'use strict';

const { Kafka, CompressionTypes, logLevel } = require('kafkajs');

const TOPIC = 'kafkajs';
const GROUP = 'kafkajs-group';
const COUNT = 100;

async function produce(kafka) {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const messages = Array.from({ length: COUNT }, (_, i) => ({
    key: `key ${i}`, value: `value ${i}`, headers: { trace: `t${i}` },
  }));
  await producer.send({ topic: TOPIC, acks: -1, messages: messages.slice(0, COUNT / 2) });
  await producer.send({
    topic: TOPIC, acks: -1, compression: CompressionTypes.GZIP, messages: messages.slice(COUNT / 2),
  });
  await producer.disconnect();
}

async function consume(kafka) {
  const consumer = kafka.consumer({ groupId: GROUP, sessionTimeout: 6000, heartbeatInterval: 500 });
  await consumer.connect();
  await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
  const seen = new Set();
  const commits = [0, 0];
  await new Promise((resolve, reject) => {
    consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => {
        if (message.headers.trace.toString() !== `t${message.value.toString().slice(6)}`) {
          reject(new Error(`wrong header at ${message.offset}`));
        }
        seen.add(message.value.toString());
        commits[partition] = Number(message.offset) + 1;
        if (seen.size === COUNT) {
          resolve();
        }
      },
    }).catch(reject);
  });
  await consumer.commitOffsets(commits.map((offset, partition) => (
    { topic: TOPIC, partition, offset: String(offset) })));
  await consumer.disconnect();
  return seen.size;
}

async function main(broker) {
  const kafka = new Kafka({ clientId: 'compat', brokers: [broker], logLevel: logLevel.ERROR });
  const admin = kafka.admin();
  await admin.connect();
  const created = await admin.createTopics({
    topics: [{ topic: TOPIC, numPartitions: 2 }], waitForLeaders: true,
  });
  await produce(kafka);
  const read = await consume(kafka);
  const ends = await admin.fetchTopicOffsets(TOPIC);
  const committed = await admin.fetchOffsets({ groupId: GROUP, topics: [TOPIC] });
  const { groups } = await admin.describeGroups([GROUP]);
  await admin.deleteGroups([GROUP]);
  await admin.deleteTopics({ topics: [TOPIC] });
  const topics = await admin.listTopics();
  await admin.disconnect();
  const sum = (list) => list.reduce((total, { offset }) => total + Number(offset), 0);
  console.log(JSON.stringify({
    created,
    read,
    end: sum(ends),
    committed: sum(committed[0].partitions),
    state: groups[0].state,
    left: topics.includes(TOPIC),
  }));
}

main(process.argv[2]).catch((failure) => {
  console.error(failure);
  process.exit(1);
});

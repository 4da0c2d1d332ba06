import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { WakeUpQueue } from '../../jobs/wake-up-queue.ts';
import { processBatch, type WakeUp } from '../../worker/process-batch.ts';
import type { WorkerPorts } from '../../worker/worker-ports.ts';

/** One worst-case request (a refresh, then the call) and what has to be stored after it. */
const RESERVE_MS = 45_000;

/** The Lambda function that hears the bells: an SQS batch with partial failures (D§2). */
export const workerFunction = (engine: WorkerPorts, queue: WakeUpQueue) =>
  middy<SQSEvent, SQSBatchResponse>().handler(async ({ Records }, context: Context) => {
    const deadline = { allows: () => context.getRemainingTimeInMillis() > RESERVE_MS };
    const returned = await processBatch(engine, queue, Records.map(wakeUpOf), deadline);
    return { batchItemFailures: returned.map((itemIdentifier) => ({ itemIdentifier })) };
  });

/** A bell has no content: the portal is its message group (D§2). */
const wakeUpOf = ({ messageId, receiptHandle, attributes }: SQSRecord): WakeUp => ({
  portal: attributes.MessageGroupId ?? '',
  messageId,
  receiptHandle,
  receiveCount: Number(attributes.ApproximateReceiveCount),
});

import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { BellQueue } from '../../jobs/wake-up-queue.ts';
import { answerBells, type Bell } from '../../worker/process-batch.ts';
import type { Engine } from '../../worker/worker-ports.ts';

/** One worst-case request (a refresh, then the call) and what has to be stored after it. */
const RESERVE_MS = 45_000;

/** The Lambda function that hears the bells: an SQS batch with partial failures (D§2). */
export const workerFunction = (engine: Engine, queue: BellQueue) =>
  middy<SQSEvent, SQSBatchResponse>().handler(async ({ Records }, context: Context) => {
    const deadline = { allows: () => context.getRemainingTimeInMillis() > RESERVE_MS };
    const kept = await answerBells(engine, queue, Records.map(bellOf), deadline);
    return { batchItemFailures: kept.map((itemIdentifier) => ({ itemIdentifier })) };
  });

/** A bell has no content: the portal is its message group (D§2). */
const bellOf = ({ messageId, receiptHandle, attributes }: SQSRecord): Bell => ({
  portal: attributes.MessageGroupId ?? '',
  messageId,
  receiptHandle,
  receiveCount: Number(attributes.ApproximateReceiveCount),
});

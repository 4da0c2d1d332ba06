import { createHash } from 'node:crypto';
import { RECORDED_AT, RECORDED_AUTH } from './recorded-portal.ts';

const REGION = 'eu-central-1';
const ACCOUNT = '123456789012';
const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:unbind-prod-wake-ups`;

/** Invocations that do not come from Bitrix24, by file name. */
export const AWS_RECORDINGS: readonly {
  readonly name: string;
  readonly about: string;
  readonly event: { readonly [field: string]: unknown };
}[] = [
  {
    name: 'wake-ups',
    about: 'an SQS batch of three wake-ups: one by a trigger and one by its worker of acme, one of another portal',
    event: {
      Records: [
        wakeUpEvent(1, { portal: RECORDED_AUTH.member_id ?? '' }),
        wakeUpEvent(2, { portal: RECORDED_AUTH.member_id ?? '', dueAt: RECORDED_AT }),
        wakeUpEvent(3, { portal: 'a223c6b3710f85df22e9377d6c4f7553' }),
      ],
    },
  },
  {
    name: 'schedule',
    about: 'an invocation by EventBridge Scheduler',
    event: {
      version: '0',
      id: '5f3c1b6e-2d0a-4c58-9a77-0e4b8a1d2c3f',
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: ACCOUNT,
      time: '2025-01-09T06:56:47Z',
      region: REGION,
      resources: [`arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule/default/bitrix24-activity-unbind-cleanup`],
      detail: '{}',
    },
  },
];

/** A message of a standard queue that names a portal (D§2). */
function wakeUpEvent(
  number: number,
  wakeUp: { readonly portal: string; readonly dueAt?: number },
): { readonly [field: string]: unknown } {
  const body = JSON.stringify(wakeUp);
  return {
    messageId: `0f0e0d0c-0b0a-4908-8706-05040302010${number}`,
    receiptHandle: `recorded-receipt-handle-${number}`,
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      AWSTraceHeader: 'Root=1-677f732f-0123456789abcdef01234567',
      SentTimestamp: String(RECORDED_AT + number),
      SenderId: 'AROAEXAMPLEEXAMPLEXXX:bitrix24-activity-unbind-event',
      ApproximateFirstReceiveTimestamp: String(RECORDED_AT + 20),
    },
    messageAttributes: {},
    md5OfBody: createHash('md5').update(body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: QUEUE,
    awsRegion: REGION,
  };
}

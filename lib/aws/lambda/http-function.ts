import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Inbound, Reply } from '../../inbound/accept-job.ts';
import { errorName, type Log } from '../../log.ts';

/** A Lambda function behind an HTTP API of API Gateway (payload 2.0) that takes the raw body and answers with JSON. */
export const httpFunction = (receive: (inbound: Inbound) => Promise<Reply>, log: Log) =>
  middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(answerErrors(log))
    .handler(async (event) => resultOf(await receive(inboundOf(event))));

function inboundOf({ body, isBase64Encoded, headers }: APIGatewayProxyEventV2): Inbound {
  return {
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
    contentType: headers['content-type'],
  };
}

const resultOf = ({ status, body }: Reply): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  body: JSON.stringify(body),
});

/** The message of an unexpected error is not in the answer: it may hold a part of the request. */
const answerErrors = (log: Log): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error> => ({
  onError: (request) => {
    log.error('function_failed', { error: errorName(request.error), alarm: true });
    request.response = resultOf({
      status: 500,
      body: { error: 'internal', message: 'The call was not accepted. The log says why' },
    });
  },
});

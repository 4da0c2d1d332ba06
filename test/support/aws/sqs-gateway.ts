import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type Listening, listenOnLoopback } from '../../../lib/local/listen-on-loopback.ts';

/**
 * The local SQS as AWS answers: a queue's URL leads to the queue. fauxqs gives one whose host no resolver here knows, so a
 * deployed stage, whose command line asks for the URL, could send no wake-up.
 */
export async function startSqsGateway(sqsUrl: string): Promise<Listening> {
  let own = '';
  const server = createServer((request, response) => {
    void (async () => {
      const { host: _, connection: __, ...headers } = request.headers;
      const forwarded = await fetch(`${sqsUrl}${request.url ?? '/'}`, {
        method: request.method ?? 'POST',
        headers: headers as Record<string, string>,
        body: await buffer(request),
      });
      const answer = (await forwarded.text()).replace(/"QueueUrl":"https?:\/\/[^/]+/, `"QueueUrl":"${own}`);
      response.writeHead(forwarded.status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(answer);
    })().catch(() => request.socket.destroy());
  });
  const listening = await listenOnLoopback(server);
  own = listening.url;
  return listening;
}

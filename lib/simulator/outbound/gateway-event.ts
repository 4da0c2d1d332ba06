import { RECORDED_AT } from './recorded-portal.ts';
import type { Recording } from './recordings.ts';

const HOST = 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com';
const AGENT = 'Bitrix24 Webhook Engine';
const SOURCE_IP = '198.51.100.24';

/** A recording as an API Gateway HTTP API hands it to a function: payload format 2.0, the body in base64. */
export const gatewayEvent = ({ name, path, body }: Recording): { readonly [field: string]: unknown } => ({
  version: '2.0',
  routeKey: `POST ${path}`,
  rawPath: path,
  rawQueryString: '',
  headers: {
    accept: '*/*',
    'content-length': String(Buffer.byteLength(body)),
    'content-type': 'application/x-www-form-urlencoded',
    host: HOST,
    'user-agent': AGENT,
    'x-amzn-trace-id': 'Root=1-677f732f-0123456789abcdef01234567',
    'x-forwarded-for': SOURCE_IP,
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
  },
  requestContext: {
    accountId: '123456789012',
    apiId: 'a1b2c3d4e5',
    domainName: HOST,
    domainPrefix: 'a1b2c3d4e5',
    http: { method: 'POST', path, protocol: 'HTTP/1.1', sourceIp: SOURCE_IP, userAgent: AGENT },
    requestId: `recorded-${name}`,
    routeKey: `POST ${path}`,
    stage: '$default',
    time: '09/Jan/2025:06:56:47 +0000',
    timeEpoch: RECORDED_AT,
  },
  body: Buffer.from(body).toString('base64'),
  isBase64Encoded: true,
});

import { isIP } from 'node:net';

const DNS_NAME = /^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])$/;
const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/**
 * Why an address must not be called, or null if it may be (D§5, B§9). Allowed are https, a DNS name, the default port, and
 * nothing after a path that ends with a slash; with `allowHttp`, for the local run, http on loopback too. The answer never
 * repeats the address, which may be secret.
 */
export function endpointProblem(address: string, allowHttp: boolean): string | null {
  const url = URL.parse(address);
  if (url === null) return 'is not a URL';
  if (url.username !== '' || url.password !== '') return 'must not hold user info';
  if (url.search !== '' || url.hash !== '' || !url.pathname.endsWith('/')) return 'must end with the slash of its path';
  if (url.protocol === 'http:' && allowHttp && LOOPBACK.has(url.hostname)) return null;
  if (url.protocol !== 'https:') return 'must be https';
  if (url.port !== '') return 'must use the default port';
  return isIP(url.hostname) === 0 && url.hostname.length <= 253 && DNS_NAME.test(url.hostname)
    ? null
    : 'must name its host by a DNS name';
}

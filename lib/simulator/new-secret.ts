import { randomBytes } from 'node:crypto';

/**
 * Every secret that the simulated portal and OAuth server hand out begins with this, so that a leak of one can be found in
 * whatever the product writes. Hexadecimal like the rest, and rare enough not to turn up by chance.
 */
export const SECRET_MARK = '5ec2e75e';

/** As many hexadecimal digits as `bytes` bytes have. */
export const newSecret = (bytes: number): string =>
  SECRET_MARK + randomBytes(bytes - SECRET_MARK.length / 2).toString('hex');

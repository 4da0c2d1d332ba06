import { randomBytes } from 'node:crypto';

/**
 * Every secret that the simulated portal and OAuth server issue begins with this, so that tests find a leaked one in
 * anything the product writes. Hexadecimal like the rest, and long enough not to turn up by chance.
 */
export const SECRET_MARK = '5ec2e75e';

/** A secret of `bytes` bytes in hexadecimal digits. */
export const newSecret = (bytes: number): string =>
  SECRET_MARK + randomBytes(bytes - SECRET_MARK.length / 2).toString('hex');

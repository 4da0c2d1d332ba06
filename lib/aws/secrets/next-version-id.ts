import { createHash } from 'node:crypto';

/**
 * The id of the one successor that a version can have (D§4): a UUID of version 8 (RFC 9562: custom layout) that every
 * writer derives in the same way from the version that it replaces.
 */
export function nextVersionId(versionId: string): string {
  const bytes = createHash('sha256').update(versionId).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);

  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

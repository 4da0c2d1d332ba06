import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { recordedFiles } from '../../../../lib/simulator/outbound/recorded-files.ts';

const folder = new URL('../../../../events/', import.meta.url);

describe('the recorded payloads', () => {
  it('are what the portal builds from the recorded inputs; if not: node lib/simulator/outbound/record-events.ts', async () => {
    const built = recordedFiles();

    for (const [name, content] of built)
      expect([name, await readFile(new URL(name, folder), 'utf8')]).toEqual([name, content]);
  });

  it('are the only files in the folder', async () => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const names = files.map((file) => relative(fileURLToPath(folder), file));

    expect(names.sort()).toEqual([...recordedFiles().keys()].sort());
  });

  it('hold in base64 what the text beside them says', async () => {
    const event: unknown = JSON.parse(await readFile(new URL('robot-deal.json', folder), 'utf8'));
    const body = event !== null && typeof event === 'object' && 'body' in event ? String(event.body) : '';

    expect(Buffer.from(body, 'base64').toString()).toBe(await readFile(new URL('robot-deal.txt', folder), 'utf8'));
  });

  it('are written as PHP writes them', () => {
    const body = recordedFiles().get('crm/event-deal-move-to-category-without-tokens.txt') ?? '';

    expect(body).toMatch(/^event=ONCRMDEALMOVETOCATEGORY&event_handler_id=209&data%5BFIELDS%5D%5BID%5D=1&/);
    expect(body).toContain('data%5BFIELDS%5D%5BSTAGE_ID%5D=C5%3ALOSE&ts=1736405807&auth%5Bdomain%5D=acme.bitrix24.com');
    expect(body).not.toContain('access_token');
  });
});

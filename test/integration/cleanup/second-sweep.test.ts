import { expect, it } from '@jest/globals';
import { startSweep } from '../../../lib/cleanup/start-run.ts';
import { benchStage } from '../../bench/sweep/bench-stage.ts';

const LONG_MS = 60_000;
const DEALS = 100;

it(
  'a second sweep tries nothing again that was refused to the first one',
  async () => {
    const stage = await benchStage(DEALS, 'second sweep');
    try {
      const { portal, size, member, deps } = stage;
      portal.seed({
        ...size.seed,
        users: [{ id: 1, isAdmin: false, editable: ['lead', 'contact', 'quote', 'smart_invoice'] }],
      });
      const deletes = () =>
        portal.ledger.requests
          .flatMap(({ commands }) => commands)
          .filter(({ method }) => method === 'crm.activity.binding.delete');

      await startSweep(member, deps);
      await stage.drain(stage.newWorker());
      const first = deletes();
      await startSweep(member, deps);
      await stage.drain(stage.newWorker());

      expect(first.filter(({ error }) => error === null).length).toBeGreaterThan(DEALS / 10);
      expect(first.filter(({ error }) => error !== null).length).toBeGreaterThan(DEALS / 10);
      expect(deletes().length - first.length).toBe(0);
    } finally {
      await stage.close();
    }
  },
  LONG_MS,
);

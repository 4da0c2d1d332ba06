import { expect, test } from '@jest/globals';
import { activatePortal, registrationJob } from '../../../lib/installation/activate-portal.ts';
import type { WakeUp } from '../../../lib/jobs/wake-portal.ts';
import { ManualClock } from '../../support/portal/manual-clock.ts';

const INSTALL = { trigger: 'event', cause: 'ONAPPINSTALL' } as const;

test('the row is cleared before the job is written, and the portal is woken last', async () => {
  const steps: unknown[] = [];
  const note = (step: unknown) => async () => void steps.push(step);
  const clock = new ManualClock();
  const wakeUps = { send: async ({ portal }: WakeUp) => void steps.push(`wake ${portal}`) };

  await activatePortal(
    {
      portals: {
        add: note('add'),
        setUninstalled: async (_, at) => void steps.push({ uninstalled: at }),
        setStop: async (_, stop) => void steps.push({ stop }),
      },
      jobs: {
        async add(job) {
          steps.push(job.task);
          return true;
        },
      },
      wakeDeps: { portals: { markWakePending: async () => ({ first: true, restsUntil: null }) }, wakeUps, clock },
    },
    registrationJob('acme', 'token', INSTALL),
  );

  expect(steps).toEqual(['add', { uninstalled: null }, { stop: null }, { kind: 'register' }, 'wake acme']);
});

test('a repeated delivery makes the same registration, another one a different one, and no id shows the token', () => {
  const { id } = registrationJob('acme', 'token', INSTALL);

  expect(registrationJob('acme', 'token', INSTALL).id).toBe(id);
  expect(registrationJob('acme', 'another', INSTALL).id).not.toBe(id);
  expect(id).toMatch(/^register:[\w-]{43}$/);
});

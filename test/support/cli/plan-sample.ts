import type { Plan } from '../../../lib/cleanup/runs/plan-store.ts';

/** A plan that is ready and was not applied yet. */
export const PLAN: Plan = {
  id: 'p',
  run: 'plan:p',
  state: 'ready',
  ended: null,
  code: null,
  createdAt: Date.UTC(2026, 10, 24, 3),
  rules: JSON.stringify([{ name: 'lost-deals' }, { name: 'old-leads' }]),
  share: 1,
  weighed: 40,
  items: 3,
  spared: 0,
  byRule: { 'lost-deals': 3 },
  applied: [],
  done: 0,
  next: 0,
};

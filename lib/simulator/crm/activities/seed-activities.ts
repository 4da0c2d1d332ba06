import type { ActivitySeed } from '../crm-seed.ts';
import type { Crm } from '../crm-state.ts';
import { type Ref, refKey, refOf } from '../elements/entity-types.ts';
import { ensureItem } from '../elements/seed-items.ts';
import { type Activity, providerOf } from './activity.ts';
import { ownerOf } from './owner.ts';

const DAY = 86_400_000;

/** Creates a series of activities and the elements they are bound to, except those listed as gone. */
export function seedActivities(crm: Crm, seed: ActivitySeed, gone: readonly Ref[]): void {
  const absent = new Set(gone.map(refKey));
  const patterns = seed.bindings.map(patternOf);
  for (let n = 0; n < seed.count; n += 1) {
    const refs = patterns.map((pattern) => pattern(n));
    for (const ref of refs) if (!absent.has(refKey(ref))) ensureItem(crm, ref);
    createActivity(crm, { ...seed, id: seed.id + n }, refs);
  }
}

export function createActivity(crm: Crm, seed: ActivitySeed, refs: readonly Ref[]): Activity {
  const created = seed.created ?? crm.clock.now() - seed.ageDays * DAY;
  const start = seed.startTime ?? created;
  const owner = seed.owner ?? ownerOf(refs);
  const [providerId, providerTypeId] = providerOf(seed.typeId);
  crm.bindings.insert(seed.id, refs);
  return crm.activities.put({
    id: seed.id,
    ownerTypeId: owner?.entityTypeId ?? 0,
    ownerId: owner?.entityId ?? 0,
    typeId: seed.typeId,
    providerId: seed.providerId ?? providerId,
    providerTypeId: seed.providerTypeId ?? providerTypeId,
    subject: seed.subject ?? `Activity ${seed.id}`,
    created,
    lastUpdated: seed.lastUpdated ?? created,
    startTime: start,
    endTime: seed.endTime ?? start,
    deadline: seed.deadline ?? start,
    completed: seed.completed,
    responsibleId: seed.responsibleId,
    authorId: seed.authorId ?? seed.responsibleId,
    editorId: seed.editorId ?? seed.responsibleId,
    priority: seed.priority,
    direction: seed.direction,
    description: seed.description,
  });
}

/** `contact:1..40000` is the n-th of the range, starting over at its end; `contact:5` is always the same. */
function patternOf(text: string): (n: number) => Ref {
  const range = /^(.+):(\d+)\.\.(\d+)$/.exec(text);
  if (range === null) {
    const ref = refOf(text);
    return () => ref;
  }
  const [, word = '', first = '0', last = '0'] = range;
  const { entityTypeId, entityId } = refOf(`${word}:${first}`);
  const length = Number(last) - entityId + 1;
  return (n) => ({ entityTypeId, entityId: entityId + (n % length) });
}

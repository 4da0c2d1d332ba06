import { describe, expect, it } from '@jest/globals';
import type { RestCall } from '../../../../lib/bitrix24/rest/rest-call.ts';
import { KnownFacts } from '../../../../lib/cleanup/rules/known-facts.ts';
import { NO_STAGES } from '../../../../lib/cleanup/rules/stage-directory.ts';
import type { Ask, Read } from '../../../../lib/jobs/planner.ts';
import { deal, quote } from '../../../support/cleanup/decide.ts';

const noItems: Read = { ok: true, result: { items: [] } };
const refused = (code: string): Read => ({ ok: false, code });

/** A portal that answers each method with one read; notes the calls. */
function portal(answers: { readonly [method: string]: Read }) {
  const calls: RestCall[] = [];
  const ask: Ask = async (call) => {
    calls.push(call);
    return answers[call.method] ?? noItems;
  };
  return { ask, methods: () => calls.map(({ method }) => method) };
}

describe('facts that are read', () => {
  it('are about 50 elements of a type in each call', async () => {
    const { ask, methods } = portal({});
    const facts = new KnownFacts(NO_STAGES);

    await facts.read([...Array.from({ length: 60 }, (_, n) => deal(n + 1)), deal(1), quote], ask);

    expect(methods()).toEqual(['crm.item.list', 'crm.item.list', 'crm.item.list']);
    expect(facts.size).toBe(61);
  });

  it.each<[string, Read, string, string | null]>([
    ['in the list', { ok: true, result: { items: [{ id: 1 }] } }, 'present', null],
    ['not in the list', noItems, 'absent', null],
    ['of a type that does not exist', refused('NOT_FOUND'), 'unreadable', null],
    ['in a list that is refused', refused('ACCESS_DENIED'), 'unreadable', 'ACCESS_DENIED'],
  ])('of an element %s', async (_, list, state, refusal) => {
    const { ask } = portal({ 'crm.item.list': list });
    const facts = new KnownFacts(NO_STAGES);

    await facts.read([deal(1)], ask);

    expect(facts.of(deal(1))?.state).toBe(state);
    expect([facts.refusalOf(deal(1)), facts.refusal]).toEqual([refusal, refusal]);
  });

  it.each<[string, Read, string, string | null]>([
    ['that exists', { ok: true, result: { item: { id: 1 } } }, 'present', null],
    ['that does not exist', refused('NOT_FOUND'), 'missing', null],
    ['that we may not read', refused('ACCESS_DENIED'), 'unreadable', null],
    ['of which nothing is told', refused('ERROR'), 'unreadable', 'ERROR'],
  ])('of an absent element %s', async (_, single, state, refusal) => {
    const { ask, methods } = portal({ 'crm.item.get': single });
    const facts = new KnownFacts(NO_STAGES);

    await facts.read([deal(1)], ask);
    await facts.read([deal(1)], ask);

    expect(methods()).toEqual(['crm.item.list', 'crm.item.get']);
    expect(facts.of(deal(1))?.state).toBe(state);
    expect(facts.refusalOf(deal(1))).toBe(refusal);
  });

  it('of an element that may be missing come with the same request', async () => {
    const { ask, methods } = portal({ 'crm.item.get': refused('NOT_FOUND') });
    const facts = new KnownFacts(NO_STAGES);

    await facts.read([quote], ask, [quote]);

    expect(methods()).toEqual(['crm.item.list', 'crm.item.get']);
    expect(facts.of(quote)?.state).toBe('missing');
  });

  it('of a deleted type are unreadable, although Bitrix24 calls every element missing', async () => {
    const { ask } = portal({ 'crm.item.list': refused('NOT_FOUND'), 'crm.item.get': refused('NOT_FOUND') });
    const facts = new KnownFacts(NO_STAGES);

    await facts.read([quote], ask, [quote]);

    expect(facts.of(quote)?.state).toBe('unreadable');
  });
});

it('facts can be taken over, with what could not be read', async () => {
  const { ask } = portal({ 'crm.item.list': refused('ACCESS_DENIED') });
  const [before, after] = [new KnownFacts(NO_STAGES), new KnownFacts(NO_STAGES)];
  await before.read([deal(1), deal(2)], ask);

  after.learnFrom(before, [deal(1), deal(3)]);

  expect([deal(1), deal(2), deal(3)].map((element) => after.of(element)?.state ?? null)).toEqual([
    'unreadable',
    null,
    null,
  ]);
  expect(after.refusalOf(deal(1))).toBe('ACCESS_DENIED');
});

import type { Outcome } from '../../jobs/outcome.ts';
import { grouped } from '../terminal/format.ts';
import type { Column } from '../terminal/text-table.ts';

export const COUNT_FIELDS = ['status', 'code', 'trigger', 'cause', 'rule'] as const;
export type CountField = (typeof COUNT_FIELDS)[number];

type Count = { readonly [field in CountField]?: string | null } & { readonly count: number };

/** Counts outcomes by the value of a field, the most frequent first. */
export async function countOutcomes(outcomes: AsyncIterable<Outcome>, field: CountField): Promise<Count[]> {
  const counts = new Map<string | null, number>();
  for await (const { [field]: value = null } of outcomes) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, count]) => ({ [field]: value, count })).sort((a, b) => b.count - a.count);
}

export const countColumns = (field: CountField): readonly Column<Count>[] => [
  { title: 'COUNT', text: ({ count }) => grouped(count), align: 'right' },
  { title: field.toUpperCase(), text: (row) => row[field] ?? '', shrinks: true },
];

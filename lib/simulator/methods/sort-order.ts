import { phpText } from '../crm/php-text.ts';
import type { Field } from './filter.ts';

/** The requested order: fields with `ASC` or `DESC`, in any case; unknown fields are ignored (B§2.2). */
export type SortOrder<Row> = readonly { readonly field: Field<Row>; readonly name: string; readonly sign: 1 | -1 }[];

export function sortOrder<Row>(
  order: { readonly [name: string]: unknown },
  fieldOf: (name: string) => Field<Row> | undefined,
): SortOrder<Row> {
  return Object.entries(order).flatMap(([name, direction]) => {
    const field = fieldOf(name);
    const sign = String(direction).toUpperCase() === 'DESC' ? -1 : 1;
    return field === undefined ? [] : [{ field, name, sign } as const];
  });
}

/** Equal rows keep their order: by id. */
export function sorted<Row>(rows: Iterable<Row>, order: SortOrder<Row>): Row[] {
  return [...rows].sort((one, other) => {
    for (const { field, sign } of order) {
      const difference = compare(field.read(one), field.read(other));
      if (difference !== 0) return sign * difference;
    }
    return 0;
  });
}

function compare(one: unknown, other: unknown): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  const [left, right] = [phpText(one), phpText(other)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

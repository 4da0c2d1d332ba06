type Visit = { readonly index: number; lowest: number; open: boolean };

/** The groups of files that import each other, directly or by way of others (Tarjan's strongly connected components). */
export function importCircles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const visits = new Map<string, Visit>();
  const path: string[] = [];
  const circles: string[][] = [];

  const visit = (file: string): Visit => {
    const own: Visit = { index: visits.size, lowest: visits.size, open: true };
    visits.set(file, own);
    path.push(file);
    for (const imported of graph.get(file) ?? []) {
      if (!graph.has(imported)) continue;
      const known = visits.get(imported);
      if (known === undefined) own.lowest = Math.min(own.lowest, visit(imported).lowest);
      else if (known.open) own.lowest = Math.min(own.lowest, known.index);
    }
    if (own.lowest === own.index) close(file);
    return own;
  };
  const close = (first: string): void => {
    const circle = path.splice(path.indexOf(first));
    for (const file of circle) {
      const seen = visits.get(file);
      if (seen !== undefined) seen.open = false;
    }
    if (circle.length > 1 || graph.get(first)?.includes(first)) circles.push(circle.sort());
  };

  for (const file of graph.keys()) if (!visits.has(file)) visit(file);
  return circles;
}

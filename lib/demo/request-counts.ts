type Request = { readonly host: string; readonly method: string };

/** `The portal got 9 HTTP requests: 7 batch, 2 crm.activity.list.` */
export function requestCounts(requests: readonly Request[]): string {
  const toPortal = requests.filter(({ host }) => host === 'portal').map(({ method }) => method);
  const counts = [...Map.groupBy(toPortal, (method) => method)]
    .map(([method, calls]) => ({ method, count: calls.length }))
    .sort((one, other) => other.count - one.count);
  const list = counts.map(({ method, count }) => `${count} ${method}`).join(', ');
  return `The portal got ${toPortal.length} HTTP requests: ${list}.`;
}

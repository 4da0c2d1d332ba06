/** A port where something else happens right before the first call of a method, or the first call for which `when` holds. */
export function beforeFirst<Port extends object>(
  port: Port,
  method: keyof Port,
  happens: () => Promise<unknown>,
  when: (argument: unknown) => boolean = () => true,
): Port {
  let pending = true;
  const wrapped: Port = new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      // The same store for one serving.
      if (name === 'inEpoch') return () => wrapped;
      return (...args: unknown[]): unknown => {
        const call = () => Reflect.apply(member, target, args);
        if (!pending || name !== method || !when(args[0])) return call();
        pending = false;
        return happens().then(call);
      };
    },
  });
  return wrapped;
}

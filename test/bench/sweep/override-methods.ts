/** The port with some methods replaced. The others keep the port as their `this`, as its fields are private. */
export function overrideMethods<Port extends object>(port: Port, methods: Partial<Port>): Port {
  const overridden: Port = new Proxy(port, {
    get(target, name) {
      // The same store for one serving.
      if (name === 'inEpoch') return () => overridden;
      const member: unknown = Reflect.get(Object.hasOwn(methods, name) ? methods : target, name);
      return typeof member === 'function' && !Object.hasOwn(methods, name) ? member.bind(target) : member;
    },
  });
  return overridden;
}

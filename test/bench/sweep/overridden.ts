/** The port with some methods replaced; the others run as its own, as its fields are private to it. */
export const overridden = <Port extends object>(port: Port, methods: Partial<Port>): Port =>
  new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(Object.hasOwn(methods, name) ? methods : target, name);
      return typeof member === 'function' && !Object.hasOwn(methods, name) ? member.bind(target) : member;
    },
  });

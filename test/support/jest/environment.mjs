import { ModuleMocker } from 'jest-mock';

/** What a test file may change, and what is given back as it was. */
const SHARED = [globalThis, process, process.stdout, process.stderr, process.env];

/** Test files run in Node.js itself, one after the other, instead of in a context (`vm`) of their own. */
export default class NativeEnvironment {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);
  #before = SHARED.map((object) => ({ object, properties: Object.getOwnPropertyDescriptors(object) }));

  async setup() {
    globalThis.jest = this.moduleMocker;
  }

  async teardown() {
    for (const { object, properties } of this.#before) {
      for (const name of Reflect.ownKeys(object)) {
        if (!Object.hasOwn(properties, name)) Reflect.deleteProperty(object, name);
      }
      for (const name of Reflect.ownKeys(properties)) Reflect.defineProperty(object, name, properties[name]);
    }
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return null;
  }
}

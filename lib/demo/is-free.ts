import { once } from 'node:events';
import { createServer } from 'node:net';

/** Whether a server could listen there on loopback; 0 is always free. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

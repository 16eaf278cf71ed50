/** A walker, thread or process, that some tasks kill. */
import { parentPort } from 'node:worker_threads';

const port = parentPort ?? process;
const say = (message) => (parentPort ? parentPort.postMessage(message) : process.send(message));

port.on('message', (task) => {
  if (task === 'die hard') process.exit(3);
  if (task === 'die') throw new Error('out of something');
  if (task === 'leave') say({ kind: 'left', folders: [{ shown: 'left over' }] });
  say({ kind: 'done', piece: `did ${task}` });
});
say({ kind: 'ready' });

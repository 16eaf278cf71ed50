/** A worker that some tasks kill. */
import { parentPort } from 'node:worker_threads';

parentPort.on('message', (task) => {
  if (task === 'die hard') process.exit(3);
  if (task === 'die') throw new Error('out of something');
  parentPort.postMessage(`did ${task}`);
});
parentPort.postMessage('ready');

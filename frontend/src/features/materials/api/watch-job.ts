import type { Job } from '@/features/materials/types';
import { request, requestJson } from '@/lib/api/client';
import { ApiError, isAbort } from '@/lib/api/error';
import { readSse } from '@/lib/api/sse';
import { paths } from '@/lib/paths';

const pollEveryMs = 2000;
// A browser keeps six connections to one server: streams must leave most of them for everything else.
const streamLimit = 2;
let openStreams = 0;

const isFinished = (job: Job) => job.state !== 'queued' && job.state !== 'running';

const pause = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

async function* streamed(jobId: string, signal: AbortSignal): AsyncGenerator<Job> {
  openStreams += 1;
  try {
    const { body } = await request(paths.api.jobEvents(jobId), { accept: 'text/event-stream', signal });
    if (!body) return;
    for await (const { name, data } of readSse(body, signal)) if (name === 'job') yield data as Job;
  } catch (cause) {
    // A broken stream is no loss: polling goes on from here.
    const permanent = cause instanceof ApiError && cause.status >= 400 && cause.status < 500;
    if (isAbort(cause) || permanent) throw cause;
  } finally {
    openStreams -= 1;
  }
}

/** Yields the job at each change until it is finished; the last one yielded is the finished one. */
export async function* watchJob(jobId: string, signal: AbortSignal): AsyncGenerator<Job> {
  if (openStreams < streamLimit) {
    for await (const job of streamed(jobId, signal)) {
      yield job;
      if (isFinished(job)) return;
    }
  }
  while (!signal.aborted) {
    const job = await requestJson<Job>(paths.api.job(jobId), { signal });
    yield job;
    if (isFinished(job)) return;
    await pause(pollEveryMs, signal);
  }
}

import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { TidegateError } from '../model/errors.ts';
import { PROBLEM_MEDIA_TYPE, toProblem } from './problem.ts';

/** Answers what never became a request: broken HTTP, oversized headers, a request that does not come to its end. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { problem, status } = describe(error.code);
  const body = JSON.stringify(toProblem(problem, '', status));
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Connection: close',
      `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}

function describe(code: string | undefined): { problem: TidegateError; status: number } {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return {
        problem: new TidegateError('LIMIT_EXCEEDED', 'the headers have more than 16384 bytes'),
        status: 431,
      };
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return {
        problem: new TidegateError('BODY_TOO_LARGE', 'the chunk extensions of the body are too large'),
        status: 413,
      };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return {
        problem: new TidegateError('INVALID_BODY', 'the request did not arrive in time'),
        status: 408,
      };
    default:
      return {
        problem: new TidegateError(
          'INVALID_PARAMETER',
          `the request is not valid HTTP (${code ?? 'unknown fault'})`,
        ),
        status: 400,
      };
  }
}

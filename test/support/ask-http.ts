import { request } from 'node:http';

export interface HttpAnswer {
  readonly code: number;
  readonly type: string;
  readonly body: string;
}

/** Asks on a Unix socket. */
export function askHttp(socketPath: string, path: string, method = 'GET'): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, method, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (body += text));
      response.on('end', () => {
        const { statusCode: code = 0, headers } = response;
        resolve({ code, type: headers['content-type'] ?? '', body });
      });
    });
    asked.on('error', reject).end();
  });
}

/** The value of each line of an exposition, by its name with labels. */
export function samplesOf(body: string): ReadonlyMap<string, number> {
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))] as const;
    }),
  );
}

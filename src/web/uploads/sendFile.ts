/** Sends one file to the gateway. XMLHttpRequest, because fetch does not tell how far an upload is. */
import { httpProblem } from "../shell/httpProblem.ts";

interface FileRequest {
  path: string;
  body: FormData | Blob;
  token: string;
  /** 0..1, of the bytes sent. */
  onProgress: (fraction: number) => void;
}

/** Resolves to the answer when the server has taken it. @throws HttpProblem, TypeError */
export function sendFile({ path, body, token, onProgress }: FileRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("authorization", `Bearer ${token}`);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onload = () => {
      if (request.status < 300) resolve(request.response);
      else reject(httpProblem(request.status, request.response));
    };
    request.onerror = () => reject(new TypeError("network error while uploading"));
    request.send(body);
  });
}

// util.http: headers of the response, and those of a request that may be sent on.
// https://docs.aws.amazon.com/appsync/latest/devguide/http-helpers-in-utils-http-js.html
"use strict";

appsync.util.http = (() => {
  const RESTRICTED = [
    "transfer-encoding", "connection", "host", "expect", "keep-alive", "upgrade",
    "proxy-authenticate", "proxy-authorization", "te", "content-length",
  ];
  const copyHeaders = (headers) => Object.fromEntries(
    Object.entries(headers || {}).filter(([name]) => !RESTRICTED.includes(name.toLowerCase())),
  );
  const addResponseHeaders = (headers) => {
    for (const name of Object.keys(headers || {})) appsync.addHeader(name, headers[name]);
  };
  return Object.freeze({ copyHeaders, addResponseHeader: appsync.addHeader, addResponseHeaders });
})();

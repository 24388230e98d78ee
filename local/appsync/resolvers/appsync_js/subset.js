// The last file: takes away what APPSYNC_JS does not have. What our own files need of it, they keep.
// https://docs.aws.amazon.com/appsync/latest/devguide/supported-features.html
"use strict";

(() => {
  const remove = (object, names) => { for (const name of names.split(" ")) delete object[name]; };
  remove(Array, "from fromAsync of");
  remove(Array.prototype, "copyWithin entries keys toLocaleString values");
  remove(Object, "create defineProperties defineProperty getOwnPropertyDescriptor " +
    "getOwnPropertyDescriptors getOwnPropertyNames getOwnPropertySymbols getPrototypeOf is " +
    "isExtensible isFrozen isSealed preventExtensions seal setPrototypeOf");
  remove(String, "fromCharCode fromCodePoint raw");
  remove(String.prototype, "charCodeAt localeCompare search toLocaleLowerCase toLocaleUpperCase");
  remove(globalThis, "eval Promise queueMicrotask WeakRef FinalizationRegistry Atomics " +
    "SharedArrayBuffer performance Proxy Reflect Function");
  Object.freeze(appsync.util.transform);
  Object.freeze(appsync.util);
})();

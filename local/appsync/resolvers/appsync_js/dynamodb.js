// util.dynamodb: values as DynamoDB has them. A number stays a number, as AppSync leaves it.
// https://docs.aws.amazon.com/appsync/latest/devguide/dynamodb-helpers-in-util-dynamodb-js.html
"use strict";

appsync.util.dynamodb = (() => {
  const sets = new WeakSet(); // what the module's own toStringSet and so on made: already typed
  const given = (make) => (value) => (value === null || value === undefined ? null : make(value));
  const toMapValues = (object) =>
    Object.fromEntries(Object.entries(object).map(([name, value]) => [name, toDynamoDB(value)]));
  const toDynamoDB = (value) => {
    if (value === null || value === undefined) return { NULL: null };
    if (typeof value === "string") return { S: value };
    if (typeof value === "number") return { N: value };
    if (typeof value === "boolean") return { BOOL: value };
    if (sets.has(value)) return value;
    if (Array.isArray(value)) return { L: value.map(toDynamoDB) };
    return { M: toMapValues(value) };
  };
  const toS3Object = (key, bucket, region, version) =>
    ({ S: JSON.stringify({ s3: { key, bucket, region, version } }) });
  const fromS3ObjectJson = (text) => {
    const found = JSON.parse(text);
    return found && found.s3;
  };
  appsync.typedSet = (type) => (list) => {
    const set = { [type]: [...list] };
    sets.add(set);
    return set;
  };
  return Object.freeze({
    toDynamoDB,
    toMapValues: given(toMapValues),
    toString: given((text) => ({ S: String(text) })),
    toStringSet: given((list) => ({ SS: list.map(String) })),
    toNumber: given((number) => ({ N: number })),
    toNumberSet: given((list) => ({ NS: [...list] })),
    toBinary: given((text) => ({ B: String(text) })),
    toBinarySet: given((list) => ({ BS: list.map(String) })),
    toBoolean: given((value) => ({ BOOL: value })),
    toNull: () => ({ NULL: null }),
    toList: given((list) => ({ L: list.map(toDynamoDB) })),
    toMap: given((object) => ({ M: toMapValues(object) })),
    toS3Object,
    fromS3ObjectJson,
  });
})();

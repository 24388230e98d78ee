// A path without an extension is a page of the application, which reads the path by itself.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/writing-function-code.html
function handler(event) {
  var request = event.request
  var name = request.uri.substring(request.uri.lastIndexOf("/") + 1)
  if (name.indexOf(".") === -1) {
    request.uri = "/index.html"
  }
  return request
}

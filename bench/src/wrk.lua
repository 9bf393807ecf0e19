-- Requests for wrk: GET of one object, or PUT of ever new content under 256 names in turn.

local sizes = { ["1k"] = 1024, ["64k"] = 65536 }
local count = 0
local method, size, filler, headers

function init(args)
  method, size = args[1], args[2]
  headers = { ["Authorization"] = "Bearer " .. (args[3] or ""), ["Content-Type"] = "application/octet-stream" }
  if method == "PUT" then filler = string.rep("x", sizes[size] - 12) end
end

function request()
  if method == "GET" then return wrk.format("GET", "/objects/" .. size, headers) end
  count = count + 1
  local body = string.format("%012d", count) .. filler
  return wrk.format("PUT", "/objects/put-" .. (count % 256), headers, body)
end

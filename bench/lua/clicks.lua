-- People open invite links: every code in turn, from a browser. Arguments: file of codes.
local here = debug.getinfo(1, "S").source:match("@(.*/)") or "./"
done = dofile(here .. "report.lua")

local requests, turn = {}, 0

function init(args)
  local headers = {
    ["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
  }
  for _, code in ipairs(dofile(here .. "codes.lua")(args[1])) do
    requests[#requests + 1] = wrk.format("GET", "/i/" .. code, headers)
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

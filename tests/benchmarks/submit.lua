-- Sends one form after the other, each with a token of its own. Arguments: file of bodies (one a line), path.
local bodies, path, next_body = {}, nil, 0

function init(arguments)
   for line in io.lines(arguments[1]) do bodies[#bodies + 1] = line end
   path = arguments[2]
end

function request()
   next_body = next_body + 1
   local body = bodies[next_body]
   if body == nil then body = "token=spent" end -- refused, and so counted as a failure: the file was too short
   return wrk.format("POST", path, { ["Content-Type"] = "application/x-www-form-urlencoded" }, body)
end

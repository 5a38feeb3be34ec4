-- Refuses a session unless the provider has just asked for the password: the address with prompt=login can be edited.
-- The provider's token says when the user last authenticated (auth_time) and when it was issued (iat). mod_auth_openidc
-- does not check auth_time itself.
require 'apache2'

function fresh(r)
    if not r.user or r.user == '' then return apache2.DECLINED end
    local asked = tonumber(r.subprocess_env['OIDC_CLAIM_auth_time'])
    local issued = tonumber(r.subprocess_env['OIDC_CLAIM_iat'])
    if asked and issued and issued - asked <= 120 then return apache2.DECLINED end
    r:custom_response(403, '<!doctype html><title>Not signed in</title><p>Please <a href=/sign-out>sign in with your password</a>.')
    return 403
end

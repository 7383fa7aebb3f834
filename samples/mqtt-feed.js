// A feed action of your own for the MQTT feeds of a FogWhisk provider, for any OpenWhisk with Node.js. It needs no module.
//
//   wsk package create mqtt --shared yes -p provider_endpoint http://mqtt-provider:3000/mqtt
//   wsk action create mqtt/mqtt_feed samples/mqtt-feed.js --kind nodejs:default -a feed true
//   wsk trigger create readings --feed /_/mqtt/mqtt_feed -p url mqtt://broker:1883 -p topic 'dc/+'
//
// Every parameter but these is passed on: qos, topics, format, include, batch, ordered, status, seq (see docs/feeds.md).
'use strict';

const OWN = ['provider_endpoint', 'lifecycleEvent', 'triggerName', 'authKey'];

function ask(method, address, key, body) {
  const target = new URL(address);
  const client = require(target.protocol === 'https:' ? 'https' : 'http');
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = {
    'Authorization': 'Basic ' + Buffer.from(key).toString('base64'),
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text)
  };
  return new Promise((resolve, reject) => {
    const request = client.request(target, {method, headers, timeout: 9000}, response => {
      let answer = '';
      response.setEncoding('utf8');
      response.on('data', part => { answer += part; });
      response.on('end', () => {
        let json = {};
        try {
          json = answer === '' ? {} : JSON.parse(answer);
        } catch (notJson) {
          json = {error: 'the provider answered ' + response.statusCode + ' without JSON'};
        }
        if (response.statusCode < 300 && !json.error) {
          resolve(json);
        } else {
          reject({error: json.error || 'the provider answered ' + response.statusCode});
        }
      });
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 9 s')));
    request.on('error', error => reject({error: 'the provider at ' + target.host + ': ' + error.message}));
    request.end(text);
  });
}

function main(params) {
  const [, namespace, trigger] = String(params.triggerName || '').split('/');
  if (!namespace || !trigger) {
    return Promise.reject({error: 'no trigger name parameter was provided'});
  }
  const key = params.authKey || process.env.__OW_API_KEY || '';
  const one = params.provider_endpoint + '/' + encodeURIComponent(namespace) + '/' + encodeURIComponent(trigger);
  const given = Object.fromEntries(Object.entries(params).filter(([name]) => !OWN.includes(name) && !name.startsWith('__ow')));
  switch (params.lifecycleEvent) {
    case 'CREATE': {
      const colon = key.indexOf(':');
      return ask('POST', params.provider_endpoint, key, Object.assign({}, given, {
        trigger: '/' + namespace + '/' + trigger, username: key.slice(0, colon), password: key.slice(colon + 1)
      }));
    }
    case 'READ': return ask('GET', one, key);
    case 'UPDATE': return ask('PUT', one, key, given);
    case 'PAUSE': return ask('POST', one + '/pause', key);
    case 'UNPAUSE': return ask('POST', one + '/unpause', key);
    case 'DELETE': return ask('DELETE', one, key);
    default: return Promise.reject({error: 'unsupported lifecycleEvent'});
  }
}

exports.main = main;

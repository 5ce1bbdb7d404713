"""What the pages share: filters, links, words, cards, tables, charts. It asks and draws; it computes no figure."""
